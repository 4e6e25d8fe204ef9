/** What an endpoint has cost, and the point at which no more is asked. */

/** The most that may be spent; what is left out has no limit. */
export interface Budget {
  readonly requests?: number;
  /** Tokens of prompts and answers together. */
  readonly tokens?: number;
  /** Needs `prices`. */
  readonly dollars?: number;
  /** Dollars for a million tokens. */
  readonly prices?: { readonly input: number; readonly output: number };
}

/** What has been spent, as the endpoint counts it. */
export interface RemoteUsage {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Null where no prices are known. */
  readonly dollars: number | null;
}

/** The budget would be overrun by the next request. */
export class BudgetError extends RangeError {
  override readonly name = "BudgetError";
}

/** The most tokens that a request can cost. */
export interface MostTokens {
  readonly input: number;
  readonly output: number;
}

/** Counts what is spent and what requests under way may still cost. */
export interface UsageMeter {
  /** @throws BudgetError where a request of so many tokens could go over the budget. */
  readonly reserve: (most: MostTokens) => {
    /** Takes the usage that the endpoint tells. */
    readonly settle: (answer: unknown) => void;
    readonly release: () => void;
  };
  readonly usage: () => RemoteUsage;
}

/**
 * Starts at nothing.
 *
 * @throws TypeError for a budget of dollars without prices.
 */
export function startUsage(budget: Budget): UsageMeter {
  const { requests = Infinity, tokens = Infinity, dollars = Infinity, prices } = budget;
  if (dollars !== Infinity && prices === undefined) {
    throw new TypeError("Cannot keep to a budget in dollars: expected prices for a million tokens, got none");
  }
  const spent = { requests: 0, input: 0, output: 0 };
  const pending = { input: 0, output: 0 };
  const cost = ({ input, output }: MostTokens): number =>
    ((prices?.input ?? 0) * input + (prices?.output ?? 0) * output) / 1e6;
  const usage = (): RemoteUsage => ({
    requests: spent.requests,
    inputTokens: spent.input,
    outputTokens: spent.output,
    dollars: prices === undefined ? null : cost(spent),
  });
  return {
    usage,
    reserve(most) {
      const input = spent.input + pending.input + most.input;
      const output = spent.output + pending.output + most.output;
      const over =
        spent.requests + 1 > requests
          ? `${requests} requests`
          : input + output > tokens
            ? `${tokens} tokens`
            : cost({ input, output }) > dollars
              ? `${dollars} dollars`
              : null;
      if (over !== null) {
        throw new BudgetError(`Stopped at the budget: expected at most ${over}, got there with ${words(usage())}`);
      }
      spent.requests += 1;
      pending.input += most.input;
      pending.output += most.output;
      return {
        settle(answer) {
          const { prompt = 0, completion = 0 } = usageOf(answer);
          spent.input += prompt;
          spent.output += completion;
        },
        release() {
          pending.input -= most.input;
          pending.output -= most.output;
        },
      };
    },
  };
}

function usageOf(answer: unknown): { readonly prompt?: number; readonly completion?: number } {
  if (typeof answer !== "object" || answer === null || !("usage" in answer)) return {};
  const { usage } = answer;
  if (typeof usage !== "object" || usage === null) return {};
  const of = (field: string): number => {
    const found: unknown = Reflect.get(usage, field);
    return typeof found === "number" ? found : 0;
  };
  return { prompt: of("prompt_tokens"), completion: of("completion_tokens") };
}

function words({ requests, inputTokens, outputTokens, dollars }: RemoteUsage): string {
  const money = dollars === null ? "" : `, ${dollars.toFixed(4)} dollars`;
  return `${requests} requests, ${inputTokens + outputTokens} tokens${money}`;
}
