// The side of transformers.js in part (d): answers "decode" and "peak".
// usage: transformers-js-peer.mjs <folder with node_modules> <exported checkpoint>

import { createRequire } from "node:module";
import { dirname, basename, join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [home, checkpoint] = process.argv.slice(2);
const { AutoModelForCausalLM, AutoTokenizer, env } = await import(
  pathToFileURL(createRequire(join(home, "x.js")).resolve("@huggingface/transformers")).href
);
env.allowRemoteModels = false;
env.localModelPath = dirname(checkpoint);
const name = basename(checkpoint);
const options = { dtype: "fp32", device: "cpu", session_options: { intraOpNumThreads: 2 } };
const tokenizer = await AutoTokenizer.from_pretrained(name);
const model = await AutoModelForCausalLM.from_pretrained(name, options);
tokenizer.padding_side = "left";

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  if (request.do === "peak") {
    console.log(JSON.stringify({ bytes: process.resourceUsage().maxRSS * 1024 }));
    continue;
  }
  const start = performance.now();
  const contexts = request.requests.map(({ context }) => context);
  const inputs = tokenizer(contexts, { padding: true, add_special_tokens: false });
  const width = inputs.input_ids.dims[1];
  const written = await model.generate({
    ...inputs,
    max_new_tokens: request.requests[0].maxNewTokens,
    do_sample: false,
  });
  const ids = written.tolist().map((row) => row.slice(width));
  const seconds = (performance.now() - start) / 1000;
  const texts = ids.map((row) => tokenizer.decode(row, { skip_special_tokens: true }));
  console.log(JSON.stringify({ seconds, tokens: ids.flat().length, texts }));
}
