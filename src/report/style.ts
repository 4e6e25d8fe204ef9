/** The style of our HTML: one block a piece, so that each piece stands alone in a saved notebook or a page. */

/** Wraps a piece of HTML with the style it needs. Colours follow Jupyter's theme, or the page's where there is none. */
export function styled(body: string): string {
  return `<div class="sightlab-report"><style>${css}</style>${body}</div>`;
}

const light = { ink: "#1f2328", faint: "#59636e", line: "#d1d9e0", ground: "#ffffff", band: "#f3f5f7", bar: "#9cc3e6" };
const dark = { ink: "#e6edf3", faint: "#9198a1", line: "#3d444d", ground: "#111318", band: "#1d2128", bar: "#2f5f8f" };

function variables(colours: typeof light): string {
  return `--sl-ink:var(--jp-content-font-color1,${colours.ink});--sl-faint:var(--jp-content-font-color2,${colours.faint});--sl-line:var(--jp-border-color2,${colours.line});--sl-ground:var(--jp-layout-color0,${colours.ground});--sl-band:var(--jp-layout-color2,${colours.band});--sl-bar:${colours.bar};`;
}

const css = [
  `.sightlab-report{${variables(light)}color:var(--sl-ink);background:var(--sl-ground);font-size:13px;line-height:1.4;overflow-x:auto}`,
  `@media (prefers-color-scheme:dark){.sightlab-report{${variables(dark)}}}`,
  `[data-jp-theme-light="true"] .sightlab-report{--sl-bar:${light.bar}}`,
  `[data-jp-theme-light="false"] .sightlab-report{--sl-bar:${dark.bar}}`,
  `.sightlab-report table{border-collapse:collapse;margin:0;font-size:inherit;color:inherit}`,
  `.sightlab-report caption{caption-side:top;text-align:left;font-weight:600;padding:4px 8px;color:inherit}`,
  `.sightlab-report th,.sightlab-report td{padding:3px 10px;text-align:right;vertical-align:top;border:0;border-bottom:1px solid var(--sl-line);font-variant-numeric:tabular-nums;background:transparent}`,
  `.sightlab-report th{font-weight:600}`,
  `.sightlab-report th.sl-name,.sightlab-report td.sl-name{text-align:left}`,
  `.sightlab-report tr.sl-section th{text-align:left;background:var(--sl-band)}`,
  `.sightlab-report tr.sl-group th{text-align:left;font-weight:400;color:var(--sl-faint)}`,
  `.sightlab-report td.sl-value{white-space:nowrap}`,
  `.sightlab-report td.sl-indent,.sightlab-report th.sl-indent{padding-left:22px;font-weight:400}`,
  `.sightlab-report .sl-faint{color:var(--sl-faint);font-weight:400;font-size:12px}`,
  `.sightlab-report .sl-notes{margin:6px 8px;padding-left:16px;color:var(--sl-faint);font-size:12px}`,
  `.sightlab-report .sl-question{margin:4px 8px;max-width:80ch;white-space:pre-wrap}`,
  `.sightlab-report .sl-bar{display:block;height:6px;min-width:120px}`,
  `.sightlab-report .sl-bar i{display:block;height:6px;background:var(--sl-bar)}`,
  `.sightlab-report td.sl-text{text-align:left;max-width:60ch;white-space:pre-wrap}`,
].join("");
