/**
 * Draws the widgets that are saved in a notebook where no kernel runs, for JupyterLab 4 and Notebook 7.
 *
 * The widget front end makes its manager only once there is a kernel, because it keeps managers by the kernel's id
 * (https://github.com/jupyter-widgets/ipywidgets/issues/3773). A notebook without one gets a manager here, for a stand-in
 * that has an id and no comms: it draws what the notebook holds. Cells that run later, with a kernel, are not its concern.
 */

/** The part of the widget front end that is called: what its package exports. */
interface WidgetFrontEnd {
  readonly registerWidgetManager: (context: object, rendermime: object, renderers: Iterator<Renderer>) => Disposable;
}

/** An output that waits for its manager. */
interface Renderer {
  readonly mimeType?: string;
}

interface Disposable {
  readonly dispose: () => void;
}

/** What is used of a notebook's context. */
interface NotebookContext {
  readonly isReady: boolean;
  readonly model: { readonly defaultKernelName: string };
  readonly sessionContext: {
    readonly kernelPreference: { readonly name?: string };
    readonly kernelPreferenceChanged: Signal;
    /** Resolves once it is known whether there is a kernel or the reader is to choose one. */
    readonly initialize: () => Promise<boolean>;
    readonly session: { readonly kernel: object | null } | null;
  };
}

interface Signal {
  readonly connect: (slot: () => void) => void;
}

interface Output {
  readonly children: () => Iterable<Renderer>;
}

/** What is used of a notebook's panel. */
interface NotebookPanel {
  readonly content: {
    readonly rendermime: object;
    readonly widgets: readonly { readonly outputArea?: { readonly widgets: readonly Output[] } }[];
  };
  readonly disposed: Signal;
}

/** What is used of JupyterLab. */
interface Application {
  readonly docRegistry: {
    readonly addWidgetExtension: (
      factory: string,
      extension: { readonly createNew: (panel: NotebookPanel, context: NotebookContext) => void },
    ) => void;
  };
}

const viewMimeType = "application/vnd.jupyter.widget-view+json";
const frontEndPackage = "@jupyter-widgets/jupyterlab-manager";

/** The JupyterLab plugin. */
const plugin = {
  id: "@sightlab/jupyterlab:saved-widgets",
  description: "Draws the widgets saved in a notebook where no kernel runs.",
  autoStart: true,
  activate: (app: Application): void => {
    app.docRegistry.addWidgetExtension("Notebook", {
      createNew: (panel, context) => {
        void drawSaved(panel, context);
      },
    });
  },
};

export default plugin;

async function drawSaved({ content, disposed }: NotebookPanel, context: NotebookContext): Promise<void> {
  await untilKernelIsNamed(context);
  await context.sessionContext.initialize();
  if (context.sessionContext.session?.kernel) return;
  const frontEnd = await findFrontEnd();
  const manager = frontEnd?.registerWidgetManager(
    withoutKernel(context),
    content.rendermime,
    waitingOutputs(content.widgets),
  );
  disposed.connect(() => manager?.dispose());
}

/**
 * Waits until the document has told its session which kernel it wants. It then initializes the session at once; whoever
 * did so before would start another kernel.
 */
function untilKernelIsNamed(context: NotebookContext): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      const { name = "" } = context.sessionContext.kernelPreference;
      if (context.isReady && name === context.model.defaultKernelName) resolve();
    };
    context.sessionContext.kernelPreferenceChanged.connect(look);
    look();
  });
}

/** The installed widget front end as JupyterLab loaded it; undefined where there is none. */
async function findFrontEnd(): Promise<WidgetFrontEnd | undefined> {
  const { _JUPYTERLAB: containers } = globalThis as {
    readonly _JUPYTERLAB?: Readonly<Record<string, { readonly get: (name: string) => Promise<() => WidgetFrontEnd> }>>;
  };
  const load = await containers?.[frontEndPackage]?.get("./index");
  return load?.();
}

/** The same notebook with a session of its own, whose kernel has an id and no comms, and never changes. */
function withoutKernel(context: NotebookContext): object {
  const kernel = {
    id: `no-kernel-${crypto.randomUUID()}`,
    handleComms: false,
    registerCommTarget: (): void => undefined,
    removeCommTarget: (): void => undefined,
    requestCommInfo: () => Promise.resolve({ content: { status: "ok", comms: {} } }),
  };
  const never = { connect: (): boolean => false };
  const sessionContext = {
    ready: Promise.resolve(),
    session: { kernel },
    kernelChanged: never,
    statusChanged: never,
    connectionStatusChanged: never,
  };
  return Object.create(context, { sessionContext: { value: sessionContext } }) as object;
}

function* waitingOutputs(cells: NotebookPanel["content"]["widgets"]): Generator<Renderer, void> {
  for (const { outputArea } of cells) {
    for (const output of outputArea?.widgets ?? []) {
      for (const child of output.children()) if (child.mimeType === viewMimeType) yield child;
    }
  }
}
