/** The pictures of items, and the SHA-256 of those that have been read. */

import { createHash } from "node:crypto";

import { type ItemImage } from "./benchmark.ts";

/** SHA-256 by picture, hexadecimal. */
export type ImageHashes = Map<ItemImage, string>;

interface WithImages {
  readonly images?: readonly ItemImage[];
  readonly sets?: readonly { readonly images?: readonly ItemImage[] }[];
}

/** All pictures of an item: its own, then those of its sets. */
export function imagesOf({ images = [], sets = [] }: WithImages): readonly ItemImage[] {
  return [...new Set([...images, ...sets.flatMap((set) => set.images ?? [])])];
}

/** The item with pictures that tell their SHA-256 when they are read. */
export function hashing<I extends WithImages>(item: I, hashes: ImageHashes): I {
  const told = (image: ItemImage): ItemImage => ({
    path: image.path,
    read: async () => {
      const bytes = await image.read();
      hashes.set(image, createHash("sha256").update(bytes).digest("hex"));
      return bytes;
    },
  });
  const withOwn = item.images === undefined ? item : { ...item, images: item.images.map(told) };
  if (item.sets === undefined) return withOwn;
  const sets = item.sets.map((set) => (set.images === undefined ? set : { ...set, images: set.images.map(told) }));
  return { ...withOwn, sets };
}
