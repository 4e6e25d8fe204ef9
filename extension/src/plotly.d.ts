/** The part of plotly.js that figures are drawn with; the package brings no types. */
declare module "plotly.js-cartesian-dist-min" {
  interface Plotly {
    /** Draws a figure into an element, in place of the one before it. */
    readonly react: (
      element: HTMLElement,
      data: readonly unknown[],
      layout: Readonly<Record<string, unknown>>,
      config: Readonly<Record<string, unknown>>,
    ) => Promise<void>;
    /** Frees what a figure holds. */
    readonly purge: (element: HTMLElement) => void;
  }
  const plotly: Plotly;
  export default plotly;
}
