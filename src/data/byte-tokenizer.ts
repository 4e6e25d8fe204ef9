/** A tokenizer whose tokens are the 256 bytes of UTF-8: needs no training, and any text comes back as it was. */

/** Special tokens, in the places that LLaMA gives them; byte b has the id b + 3. */
export const byteSpecialTokens = ["<unk>", "<s>", "</s>"] as const;

/** Ids of the byte tokenizer. */
export const byteVocabularySize: number = 256 + byteSpecialTokens.length;

/**
 * The value of a tokenizer.json that encodes text as its bytes. Other libraries open it too.
 *
 * Source: the byte alphabet is that of openai/gpt-2@a74da5d/src/encoder.py `bytes_to_unicode`.
 */
export function byteTokenizerJson(): Readonly<Record<string, unknown>> {
  const vocab: Record<string, number> = {};
  byteSpecialTokens.forEach((token, id) => (vocab[token] = id));
  byteAlphabet().forEach((letter, byte) => (vocab[letter] = byte + byteSpecialTokens.length));
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: byteSpecialTokens.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
    post_processor: null,
    decoder: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: "<unk>",
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab,
      merges: [],
    },
  };
}

/** A printable letter for each byte: itself where it is printable Latin-1, else one from U+0100 on. */
function byteAlphabet(): readonly string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrintable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173);
    return String.fromCodePoint(isPrintable ? byte : next++);
  });
}
