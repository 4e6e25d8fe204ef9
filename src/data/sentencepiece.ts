/**
 * SentencePiece `tokenizer.model` files, read into the form of a `tokenizer.json`.
 *
 * LLaMA's and Vicuna's original checkpoints carry only `tokenizer.model`. Its BPE is the same algorithm that
 * `tokenizer.json` describes, so the file is converted in memory and one tokenizer serves both.
 * Source: sentencepiece@0.2.0/src/sentencepiece_model.proto (field numbers) and transformers@4.31
 * convert_slow_tokenizer.py (how merges follow from scores).
 */

import { ModelFormatError } from "../base/errors.ts";
import { type ProtobufField, readProtobuf } from "../base/protobuf-reader.ts";

/** Kinds of pieces; numbers as in sentencepiece_model.proto. */
const pieceKind = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/** One entry of the vocabulary; its index is its id. */
export interface Piece {
  readonly text: string;
  /** Order of merging: higher merges first. */
  readonly score: number;
  readonly kind: number;
}

/** What a `tokenizer.model` file says. */
export interface SentencePieceModel {
  readonly pieces: readonly Piece[];
  readonly addDummyPrefix: boolean;
}

/**
 * Reads the bytes of a `tokenizer.model` file.
 *
 * @throws ModelFormatError where the bytes are not such a file, or its algorithm is not BPE with byte fallback.
 */
export function readSentencePiece(bytes: Uint8Array, file: string): SentencePieceModel {
  const pieces: Piece[] = [];
  let addDummyPrefix = true;
  let modelType = 1;
  for (const field of readProtobuf(bytes, file)) {
    if (field.number === 1) pieces.push(readPiece(messageOf(field, file, "pieces"), file));
    if (field.number === 2) modelType = readNumber(messageOf(field, file, "trainer_spec"), 3, file) ?? 1;
    if (field.number === 3) addDummyPrefix = readNumber(messageOf(field, file, "normalizer_spec"), 3, file) !== 0;
  }
  if (pieces.length === 0) {
    throw new ModelFormatError(`Cannot read tokenizer at "${file}": expected a SentencePiece model, got no pieces`);
  }
  if (modelType !== 2) {
    throw new ModelFormatError(
      `Cannot read tokenizer at "${file}": expected trainer_spec.model_type 2 (BPE), got ${modelType}`,
    );
  }
  return { pieces, addDummyPrefix };
}

/**
 * The same tokenizer as the value of a `tokenizer.json`: BPE with byte fallback, a leading "▁", no BOS.
 * Control pieces and `<unk>` become special tokens, as in the slow LLaMA tokenizer.
 */
export function sentencePieceToTokenizerJson(model: SentencePieceModel): Readonly<Record<string, unknown>> {
  const vocabulary = new Map(model.pieces.map((piece, id) => [piece.text, id]));
  const unknown = model.pieces.find((piece) => piece.kind === pieceKind.unknown)?.text ?? "<unk>";
  const replaceSpaces = { type: "Replace", pattern: { String: " " }, content: "▁" };
  const prepend = { type: "Prepend", prepend: "▁" };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: model.pieces.flatMap((piece, id) => (isSpecial(piece) ? [specialToken(piece.text, id)] : [])),
    normalizer: { type: "Sequence", normalizers: model.addDummyPrefix ? [prepend, replaceSpaces] : [replaceSpaces] },
    pre_tokenizer: null,
    post_processor: null,
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: "▁" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        { type: "Strip", content: " ", start: 1, stop: 0 },
      ],
    },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: unknown,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: true,
      vocab: Object.fromEntries(vocabulary),
      merges: mergesByScore(model.pieces, vocabulary),
    },
  };
}

/** Every split of every piece into two known pieces, best score first; ties by the ids of the parts. */
function mergesByScore(pieces: readonly Piece[], vocabulary: ReadonlyMap<string, number>): [string, string][] {
  const found: { pair: [string, string]; score: number; left: number; right: number }[] = [];
  for (const { text, score, kind } of pieces) {
    if (kind !== pieceKind.normal) continue;
    for (let cut = 1; cut < text.length; cut += 1) {
      const pair: [string, string] = [text.slice(0, cut), text.slice(cut)];
      const left = vocabulary.get(pair[0]);
      const right = vocabulary.get(pair[1]);
      if (left !== undefined && right !== undefined) found.push({ pair, score, left, right });
    }
  }
  found.sort((a, b) => b.score - a.score || a.left - b.left || a.right - b.right);
  return found.map((merge) => merge.pair);
}

function isSpecial({ kind }: Piece): boolean {
  return kind === pieceKind.control || kind === pieceKind.unknown || kind === pieceKind.userDefined;
}

function specialToken(content: string, id: number): Readonly<Record<string, unknown>> {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}

/** Keeps U+FEFF, which is a piece of its own. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function readPiece(bytes: Uint8Array, file: string): Piece {
  let text = "";
  let score = 0;
  let kind: number = pieceKind.normal;
  for (const field of readProtobuf(bytes, file)) {
    if (field.number === 1 && field.kind === "bytes") text = utf8.decode(field.value);
    if (field.number === 2 && field.kind === "fixed32") score = field.value.getFloat32(0, true);
    if (field.number === 3 && field.kind === "varint") kind = Number(field.value);
  }
  return { text, score, kind };
}

function messageOf(field: ProtobufField, file: string, name: string): Uint8Array {
  if (field.kind === "bytes") return field.value;
  throw new ModelFormatError(`Cannot read tokenizer at "${file}": expected ${name} to be a message, got ${field.kind}`);
}

function readNumber(bytes: Uint8Array, wanted: number, file: string): number | null {
  let value: number | null = null;
  for (const field of readProtobuf(bytes, file)) {
    if (field.number === wanted && field.kind === "varint") value = Number(field.value);
  }
  return value;
}
