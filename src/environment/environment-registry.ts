import type { Environment } from './context.js';

/** The environments that are open, in their order: the first one is the default. */
export interface EnvironmentRegistry {
  get(id: string): Environment | undefined;
  has(id: string): boolean;
  list(): Environment[];
  ids(): string[];
  /** Adds one, with what tells its users of its removal. */
  add(environment: Environment, removal: AbortController): void;
  /** Takes one out; those who use it do not hear of that yet. The result puts it back in its place, unless its id is in use again. */
  takeOut(id: string): () => void;
  /** Tells those who use an environment that was taken out. */
  announceRemoval(id: string): void;
  /** Puts those of the seed first, in the seed's order. */
  putInOrder(): void;
}

/** A registry without environments. `seededIds` are those of the seed in force. */
export function createEnvironmentRegistry(seededIds: () => readonly string[]): EnvironmentRegistry {
  const environments = new Map<string, Environment>();
  const removals = new Map<string, AbortController>();
  const setAll = (all: readonly Environment[]): void => {
    environments.clear();
    for (const environment of all) environments.set(environment.id, environment);
  };

  return {
    // Every request asks for one: this is the map's own function.
    get: environments.get.bind(environments),
    has: (id) => environments.has(id),
    list: () => [...environments.values()],
    ids: () => [...environments.keys()],
    add(environment, removal) {
      environments.set(environment.id, environment);
      removals.set(environment.id, removal);
    },
    takeOut(id) {
      const before = [...environments.values()];
      environments.delete(id);
      return () => {
        if (environments.has(id)) return;
        const added = [...environments.values()].filter((environment) => !before.some((known) => known.id === environment.id));
        const there = before.flatMap((known) => (known.id === id ? known : (environments.get(known.id) ?? [])));
        setAll([...there, ...added]);
      };
    },
    announceRemoval(id) {
      removals.get(id)?.abort();
      removals.delete(id);
    },
    putInOrder() {
      const ids = seededIds();
      const others = [...environments.values()].filter(({ id }) => !ids.includes(id));
      setAll([...ids.flatMap((id) => environments.get(id) ?? []), ...others]);
    },
  };
}
