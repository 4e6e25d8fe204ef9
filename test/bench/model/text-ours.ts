/** Our side of the parts that read text: a model that answers "score", "decode" and "peak". */

import { createInterface } from "node:readline";

import type { GenerationRequest, LoglikelihoodRequest } from "../../../src/base/language-model.ts";
import { open } from "../../../src/model/open.ts";
import { memoryFigures } from "../../../src/runtime/memory.ts";

type Request =
  | { readonly do: "score"; readonly requests: readonly LoglikelihoodRequest[] }
  | { readonly do: "decode"; readonly requests: readonly GenerationRequest[] }
  | { readonly do: "peak" };

using model = await open(process.argv[2] ?? "", { device: "cpu" });

async function answer(request: Request): Promise<object> {
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  switch (request.do) {
    case "score": {
      const scores = await model.loglikelihood(request.requests, { onScored: () => undefined });
      return { seconds: seconds(), nats: scores.map(({ sumNats }) => sumNats) };
    }
    case "decode": {
      const texts = await model.generate(request.requests, { onGenerated: () => undefined });
      const tokens = texts.reduce((total, { tokenCount }) => total + tokenCount, 0);
      return { seconds: seconds(), tokens, texts: texts.map(({ text }) => text) };
    }
    case "peak":
      return { bytes: memoryFigures().peakBytes };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as Request; // written by the parts
  console.log(JSON.stringify(await answer(request)));
}
