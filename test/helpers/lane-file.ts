import type { Test } from 'tap';

/** The test that the file being loaded is a part of. */
export const file: { t?: Test } = {};
