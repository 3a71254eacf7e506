import { createSeededRandom } from '../../src/lib/random.js';
import { signOn } from '../helpers/fleet.js';

/** How the races over a fleet ended. */
export interface FleetRaces {
  readonly requests: number;
  /** A sentence for each code that not exactly one request has redeemed. */
  readonly wrong: readonly string[];
}

/**
 * Has codes redeemed at once by 2 to 20 requests each, which go to the replicas in turn.
 * @param atOnce how many codes are raced for at the same time
 */
export async function raceOverFleet(urls: readonly string[], codes: number, seed: string, atOnce = 4): Promise<FleetRaces> {
  const random = createSeededRandom(seed);
  const wrong: string[] = [];
  let [begun, requests] = [0, 0];
  const lane = async () => {
    while (begun < codes) {
      begun += 1;
      const number = begun;
      const many = 2 + ((random.bytes(1)[0] as number) % 19);
      requests += many;
      const { redeem } = await signOn(() => urls[number % urls.length] as string);
      const answers = await Promise.all(Array.from({ length: many }, (_, at) => redeem(urls[at % urls.length])));
      const won = answers.filter(({ status }) => status === 200).length;
      const lost = answers.filter(({ status }) => status === 400).length;
      if (won !== 1 || lost !== many - 1) wrong.push(`number ${number}: of ${many} requests ${won} won and ${lost} were refused`);
      await Promise.all(answers.map((answer) => answer.arrayBuffer()));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return { requests, wrong };
}
