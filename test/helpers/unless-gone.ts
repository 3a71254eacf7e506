import { Gone } from '../../src/environment/store/presence.js';

/** For the end of a test: its folder may be removed before the server that keeps it is closed, which says so. */
export const unlessGone = (error: unknown): void => {
  if (!(error instanceof Gone)) throw error;
};
