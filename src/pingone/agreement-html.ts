/** The elements that begin a new line. */
const blocks = 'h[1-6]|p|div|ul|ol|li|dl|dt|dd|table|thead|tbody|tfoot|tr|td|th|blockquote|section|article|header|footer|hr|form';
const beginOfBlock = new RegExp(` ?<(?=(?:${blocks})[\\s/>])`, 'gi');
const endOfBlock = new RegExp(`</?(?:${blocks})(?:\\s[^<>]*)?/?>$`, 'i');

/**
 * The text of an agreement as PingOne keeps it where it is HTML: every run of white space is one blank, and a block begins
 * a line (docs/fidelity.md, management 7.5). Preformatted text stays as it is.
 */
export function tidyAgreementHtml(text: string): string {
  if (/<pre[\s>]/i.test(text)) return text;
  const dense = text.replace(/\s+/g, ' ').trim();
  return dense.replace(beginOfBlock, (found, at: number) => {
    if (at === 0) return found;
    const afterBlock = endOfBlock.test(dense.slice(Math.max(0, at - 200), at));
    return `${found.startsWith(' ') && !afterBlock ? ' ' : ''}\n<`;
  });
}
