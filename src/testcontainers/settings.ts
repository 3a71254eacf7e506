/** How a container of the mock is to be started. */
export interface ContainerOptions {
  /** The image (default: pingone-mock). */
  readonly image?: string;
  /** What the mock starts with, in place of the default seed. */
  readonly seed?: { readonly environments: readonly object[] };
  /** Settings of the server by their variables, as PINGONE_MOCK_AUTO_LOGIN. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How long the start may take, in milliseconds (default: one minute). */
  readonly startupTimeout?: number;
}

/** What the builder of a container is told. */
export interface ContainerSettings {
  readonly image: string;
  readonly port: number;
  readonly environment: Record<string, string>;
  readonly contents: { content: string; target: string }[];
}

/** Inside of the container; outside it is a free one. */
const port = 9400;

export function containerSettings({ image = 'pingone-mock', seed, settings = {} }: ContainerOptions): ContainerSettings {
  const foreign = Object.keys(settings).find((name) => !name.startsWith('PINGONE_MOCK_'));
  if (foreign !== undefined) throw new TypeError(`settings: ${foreign} is no setting of the mock; their names begin with PINGONE_MOCK_`);
  return {
    image,
    port,
    environment: { PINGONE_MOCK_LOG: 'json', ...settings, PINGONE_MOCK_PORT: String(port), PINGONE_MOCK_HOST: '0.0.0.0' },
    // A file and not a variable: those may not be longer than 128 kB.
    contents: seed === undefined ? [] : [{ content: JSON.stringify(seed), target: '/seed/seed.json' }],
  };
}
