import type { Page } from 'playwright-core';

/** A run of the attack lab: the number of the exercise, and what is chosen there. */
export interface LabRun {
  readonly exercise: number;
  readonly pkce?: string;
  readonly enforcement?: string;
  readonly iss?: string;
  readonly factor?: string;
  /** What the server is said to be, as “accepting used codes (broken)”. */
  readonly server?: string;
}

/** What an attack is refused by: browsers report each such answer. */
export const refusedInLab = /\/as\/(authorize|token)\b|\/flows\//;

/** Predicts the first choice, runs the attack that is shown, and returns the outcome. */
export async function runAttack(page: Page): Promise<string | null> {
  await page.locator('input[name=prediction]').first().check();
  await page.getByRole('button', { name: 'Run the attack' }).click();
  return page.locator('[data-outcome]').getAttribute('data-outcome');
}

/** Opens an exercise, predicts, runs the attack, and returns the outcome. */
export async function attack(page: Page, url: string, { exercise, server, ...chosen }: LabRun): Promise<string | null> {
  await page.goto(`${url}/__mock/lab/${exercise}?${new URLSearchParams({ ...chosen }).toString()}`);
  if (server !== undefined) await page.getByLabel('The server is').selectOption({ label: server });
  return runAttack(page);
}
