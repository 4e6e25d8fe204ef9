/**
 * Handles: the only form in which native objects exist outside this folder.
 *
 * A handle is opaque (its address cannot be read), tagged with its kind (a session is refused where a value is wanted),
 * and pinned while native code works with it (a release then waits until the work is over). `dispose` releases; the
 * garbage collector is only a safety net, for it does not see native memory.
 */

/** What a handle stands for. */
export type HandleKind = "session" | "value";

/** The part of a handle that outlives it until the native object is released. */
interface Cell {
  readonly kind: HandleKind;
  readonly address: bigint;
  readonly release: (address: bigint) => void;
  /** JavaScript memory that the native object points into. */
  readonly keep: unknown;
  pins: number;
  state: "open" | "closing" | "released";
}

/** What a handle needs besides its address. */
export interface HandleOptions {
  readonly release: (address: bigint) => void;
  /** JavaScript memory that the native object points into. */
  readonly keep?: unknown;
}

/** Drops a pin; safe to call once only. */
export type Unpin = () => void;

/** A native object. Made and read only inside `runtime/native`. */
export class Handle<K extends HandleKind> implements Disposable {
  readonly #cell: Cell & { readonly kind: K };

  constructor(kind: K, address: bigint, options: HandleOptions) {
    const { release, keep } = options;
    this.#cell = { kind, address, release, keep, pins: 0, state: "open" };
    forgotten.register(this, this.#cell, this);
  }

  /** What it stands for. */
  get kind(): K {
    return this.#cell.kind;
  }

  /** True once `dispose` has been called, also where the release still waits for a run. */
  get disposed(): boolean {
    return this.#cell.state !== "open";
  }

  /** Releases the native object, as soon as no run works with it. Safe to call twice. */
  dispose(): void {
    forgotten.unregister(this);
    close(this.#cell);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /**
   * The address behind a handle, for one synchronous call.
   *
   * @throws TypeError where it is no handle or of another kind, or has been disposed.
   */
  static address(handle: Handle<HandleKind>, kind: HandleKind): bigint {
    return openCell(handle, kind).address;
  }

  /** The address, kept valid until the returned function is called. */
  static pin(handle: Handle<HandleKind>, kind: HandleKind): { readonly address: bigint; readonly unpin: Unpin } {
    const cell = openCell(handle, kind);
    cell.pins += 1;
    return {
      address: cell.address,
      unpin: () => {
        unpin(cell);
      },
    };
  }

  /** True for handles, also disposed ones. */
  static is(value: unknown): value is Handle<HandleKind> {
    return typeof value === "object" && value !== null && #cell in value;
  }

  /** The cell, for this module. */
  static cell(handle: unknown): unknown {
    return typeof handle === "object" && handle !== null && #cell in handle ? handle.#cell : undefined;
  }
}

const forgotten = new FinalizationRegistry<Cell>(close);

function openCell(handle: Handle<HandleKind>, kind: HandleKind): Cell {
  const cell = Handle.cell(handle) as Cell | undefined;
  if (cell === undefined) throw new TypeError(`Cannot use a ${typeof handle} as a native object: expected a ${kind}`);
  if (handle.kind !== kind) throw new TypeError(`Cannot use a ${handle.kind} here: expected a ${kind}`);
  if (cell.state !== "open") throw new TypeError(`Cannot use a ${kind} after it was disposed`);
  return cell;
}

function close(cell: Cell): void {
  if (cell.state !== "open") return;
  cell.state = "closing";
  releaseIfFree(cell);
}

function unpin(cell: Cell): void {
  cell.pins -= 1;
  releaseIfFree(cell);
}

function releaseIfFree(cell: Cell): void {
  if (cell.state !== "closing" || cell.pins > 0) return;
  cell.state = "released";
  cell.release(cell.address);
}
