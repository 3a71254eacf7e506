import { array, boolean, type Infer, object, reference, string, uuid } from '../../lib/schema/types.js';

/** What a population's body may hold (docs/fidelity.md, management 6.2). */
export const populationBody = object(
  { name: { type: 'string', minLength: 1, maxLength: 256 } },
  {
    description: { type: 'string', maxLength: 1024 },
    default: boolean,
    passwordPolicy: reference,
    preferredLanguage: string,
    theme: object({}, { id: uuid }),
    alternativeIdentifiers: array(string),
  },
);
export type PopulationBody = Infer<typeof populationBody>;
