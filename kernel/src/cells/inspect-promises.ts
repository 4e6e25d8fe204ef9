/** Promises as Node prints them where nobody follows their context. */

import { inspect, type InspectOptions } from "node:util";

const bookkeeping: ReadonlySet<string | undefined> = new Set([
  "async_id_symbol",
  "trigger_async_id_symbol",
  "kResourceStore",
]);

/** Hides from `inspect` and `console.log` what Node 20 hangs on every promise to follow a cell's context. */
export function hidePromiseBookkeeping(): void {
  Reflect.defineProperty(Promise.prototype, inspect.custom, {
    configurable: true,
    value(this: Promise<unknown>, depth: number, options: InspectOptions): string {
      const hidden = Object.getOwnPropertySymbols(this).filter(({ description }) => bookkeeping.has(description));
      const kept = hidden.map((key) => [key, Object.getOwnPropertyDescriptor(this, key)] as const);
      for (const key of hidden) Reflect.deleteProperty(this, key);
      Reflect.defineProperty(this, inspect.custom, { value: undefined, configurable: true });
      try {
        return inspect(this, { ...options, depth });
      } finally {
        Reflect.deleteProperty(this, inspect.custom);
        for (const [key, descriptor] of kept) {
          if (descriptor !== undefined) Reflect.defineProperty(this, key, descriptor);
        }
      }
    },
  });
}
