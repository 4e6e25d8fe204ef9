/**
 * `Output`: shows what code prints and displays while it is captured.
 *
 * Source: ipywidgets@8.1/widget_output.py: while `msg_id` names a request, the front end puts what that request
 * publishes into the widget instead of under the cell.
 */

import { commHost } from "./comm-host.ts";
import { makeControl, type ControlValues } from "./control.ts";
import type { OutputState } from "./controls.generated.ts";
import type { Widget } from "./widget.ts";

/** What an `Output` can do beside its state. */
export interface OutputMethods {
  /** Runs `work`; what it prints and displays goes into the widget, until its promise is settled where it returns one. */
  readonly capture: <T>(work: () => T) => T;
  /** Captures until the end of the block: `using _ = output.capturing()`. */
  readonly capturing: () => Disposable;
  /** Empties the widget. */
  readonly clear: () => void;
}

/** An `Output` with its methods. */
export type OutputWidget = Widget<OutputState> & OutputMethods;

/** Makes an `Output`. */
export function makeOutput(values: ControlValues<OutputState> = {}): OutputWidget {
  const widget = makeControl("Output", values);
  let captures = 0;
  const begin = (): (() => void) => {
    captures += 1;
    widget.msg_id = commHost().parentId();
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      captures -= 1;
      if (captures === 0) widget.msg_id = "";
    };
  };
  const capture = <T>(work: () => T): T => {
    const end = begin();
    let result: T;
    try {
      result = work();
    } catch (error) {
      end();
      throw error;
    }
    if (!(result instanceof Promise)) {
      end();
      return result;
    }
    return result.finally(end) as T; // a promise of the same
  };
  return Object.assign(widget, {
    capture,
    capturing: (): Disposable => ({ [Symbol.dispose]: begin() }),
    clear: (): void => {
      widget.outputs = [];
    },
  });
}
