/** The seed file that `start` uses without a setting, and that `init` writes: this name in the working directory. */
export const workingSeed = 'pingone-mock.config.json';
