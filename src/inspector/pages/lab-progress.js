/** The outcomes seen in each exercise, remembered by the browser. */

const name = 'pingone-mock lab';

const read = () => {
  try {
    const kept = JSON.parse(localStorage.getItem(name) ?? '{}');
    return Object(kept) === kept && !Array.isArray(kept) ? kept : {};
  } catch {
    return {};
  }
};

const keyOf = (chosen) => Object.values(chosen).join(',') || 'done';

/** The outcome that was seen with a setting; undefined if it was not tried. */
export const outcomeSeen = ({ id }, chosen) => {
  const outcome = read()[id]?.[keyOf(chosen)];
  return typeof outcome === 'string' ? outcome : undefined;
};

/** How many settings of an exercise were tried. */
export const triedIn = (exercise, settings) => settings.filter((chosen) => outcomeSeen(exercise, chosen)).length;

export function remember({ id }, chosen, outcome) {
  const kept = read();
  kept[id] = { ...Object(kept[id]), [keyOf(chosen)]: outcome };
  try {
    localStorage.setItem(name, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing: the lab works without.
  }
}

export const forgetAll = () => {
  try {
    localStorage.removeItem(name);
  } catch {
    // As above.
  }
};
