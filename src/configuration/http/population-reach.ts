import type { User } from '../../environment/model/user.js';
import type { FilterPlan } from '../../lib/filter/plan.js';

/** Narrows a plan to the users of some populations: those that the actor has roles in. */
export function withinPopulations(
  plan: FilterPlan<User> | undefined,
  populations: ReadonlySet<string> | undefined,
): FilterPlan<User> | undefined {
  if (!populations) return plan;
  const fits = (user: User) => populations.has(user.population.id) && (plan?.fits(user) ?? true);
  const own = [...populations].map((value) => ({ index: 'population.id', value }));
  return { fits, lookups: plan?.lookups ?? own, isExact: !plan && own.length === 1 };
}
