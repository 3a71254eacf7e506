/** `address.locality` as people call it: "Address locality". */
export const labelOf = (path: string): string => {
  const words = path
    .replaceAll('.', ' ')
    .replace(/([a-z])([A-Z])/g, (_pair, end: string, start: string) => `${end} ${start.toLowerCase()}`);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
};
