/** The mock model of lm-evaluation-harness's tests: every log-likelihood is -random.random() after random.seed(42). */

import { type LanguageModel, type Loglikelihood, type LoglikelihoodRequest } from "../../src/base/language-model.ts";
import { pythonRandom } from "../../src/base/python-random.ts";

/** A model whose scores come from `score`, one request after the other. */
export function modelOf(
  name: string,
  score: (request: LoglikelihoodRequest, index: number) => number,
  identity: { readonly base?: string; readonly variant?: string } = {},
): LanguageModel {
  const { base = name, variant = "base" } = identity;
  return {
    identity: { name, base, variant },
    contextLength: 2048,
    device: "none",
    loglikelihood: (requests, options) =>
      Promise.resolve(
        requests.map((request, index): Loglikelihood => {
          const sumNats = score(request, index);
          const found = { sumNats, tokenCount: request.continuation.length, isGreedy: false, truncatedTokens: 0 };
          options?.onScored?.(index, found);
          return found;
        }),
      ),
  };
}

/** The harness's mock; every text that it writes is "lol". */
export function mockModel(name = "mock"): LanguageModel {
  const random = pythonRandom(42);
  const generate: NonNullable<LanguageModel["generate"]> = (requests) =>
    Promise.resolve(requests.map(() => ({ text: "lol", tokenCount: 1, truncatedTokens: 0 })));
  return { ...modelOf(name, () => -random.random()), generate };
}
