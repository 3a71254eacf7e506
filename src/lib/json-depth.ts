const [quote, backslash, openList, closeList, openObject, closeObject] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d] as const;

/** Whether JSON is nested deeper than so many levels. It looks at the text alone, so that nothing deep is ever built. */
export function isDeeperThan(json: string, levels: number): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < json.length; at += 1) {
    const character = json.charCodeAt(at);
    if (inText) {
      if (character === backslash) at += 1;
      else if (character === quote) inText = false;
    } else if (character === quote) inText = true;
    else if (character === openList || character === openObject) {
      depth += 1;
      if (depth > levels) return true;
    } else if (character === closeList || character === closeObject) depth -= 1;
  }
  return false;
}
