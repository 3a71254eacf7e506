const text = (value: unknown, indent: string): string => {
  if (Array.isArray(value)) {
    const items = value.map((item) => text(item === undefined ? null : item, indent));
    return items.length === 0 ? '[ ]' : `[ ${items.join(', ')} ]`;
  }
  if (typeof value === 'object' && value !== null) {
    const inner = `${indent}  `;
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => `${inner}${JSON.stringify(name)} : ${text(member, inner)}`);
    return members.length === 0 ? '{ }' : `{\n${members.join(',\n')}\n${indent}}`;
  }
  return JSON.stringify(value) ?? 'null';
};

/** JSON in PingOne's layout: indented by two spaces, with a space on both sides of the colon (docs/fidelity.md, management 1.3). */
export const prettyJson = (value: unknown): string => text(value, '');
