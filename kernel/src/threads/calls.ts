/** Calls across a message port: a request, an answer, matched by number. */

import type { MessagePort } from "node:worker_threads";

/** What one side answers: each method takes one plain value and returns another. */
export type Methods = Readonly<Record<string, (argument: never) => unknown>>;

/** Calls the other side's methods. */
export type Calls<M extends Methods> = <Name extends keyof M & string>(
  method: Name,
  argument: Parameters<M[Name]>[0],
) => Promise<Awaited<ReturnType<M[Name]>>>;

interface Call {
  readonly call: number;
  readonly method: string;
  readonly argument: unknown;
}

type Answer =
  { readonly answer: number; readonly value: unknown } | { readonly answer: number; readonly error: unknown };

/** Answers calls that arrive on `port`; a method that throws rejects the caller's promise. */
export function answerCalls(port: MessagePort, methods: Methods): void {
  port.on("message", ({ call, method, argument }: Call) => {
    void answer(methods[method], argument).then(
      (value) => {
        port.postMessage({ answer: call, value } satisfies Answer);
      },
      (error: unknown) => {
        port.postMessage({ answer: call, error: error instanceof Error ? error : String(error) } satisfies Answer);
      },
    );
  });
}

async function answer(method: Methods[string] | undefined, argument: unknown): Promise<unknown> {
  if (method === undefined) throw new TypeError("Cannot answer a call: expected a known method");
  return await method(argument as never); // both sides are typed by the same Methods
}

/** Makes calls on `port`; each call rejects where the port closes before its answer. */
export function makeCalls<M extends Methods>(port: MessagePort): Calls<M> {
  const waiting = new Map<number, Caller>();
  let count = 0;
  port.on("message", (message: Answer) => {
    const caller = waiting.get(message.answer);
    waiting.delete(message.answer);
    if ("error" in message) caller?.reject(message.error as Error);
    else caller?.resolve(message.value);
  });
  port.on("close", () => {
    for (const { reject } of waiting.values()) reject(new Error("The language thread was stopped"));
    waiting.clear();
  });
  return (method, argument) =>
    new Promise((resolve, reject) => {
      count += 1;
      waiting.set(count, { resolve: resolve as (value: unknown) => void, reject }); // typed by the same Methods
      port.postMessage({ call: count, method, argument } satisfies Call);
    });
}

interface Caller {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}
