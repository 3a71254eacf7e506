import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Compares secrets in constant time, without revealing their length. */
export const sameSecret = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));
