import type { Report } from '../types.js';
import { countsOf, scoreOf } from './summary.js';

/** In pixels, at 11 px: digits and most letters of the sans-serif fonts that browsers choose are about this wide. */
const letter = 7;
const widthOf = (text: string): number => text.length * letter + 10;

/** The score as a picture: `checkup 54/54`, green where every case was run and met rightly. */
export function badgeOf({ findings, problem }: Report): string {
  const label = 'checkup';
  const score = problem ? 'unfinished' : scoreOf(findings);
  const [left, right] = [widthOf(label), widthOf(score)];
  const color = countsOf(findings).wrong === 0 && !problem ? '#116329' : '#a40e26';
  const text = (content: string, at: number, width: number) =>
    `<text x="${at + width / 2}" y="14" textLength="${width - 10}">${content}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${label} ${score}">`,
    `<title>${label} ${score}</title>`,
    `<clipPath id="round"><rect width="${left + right}" height="20" rx="3"/></clipPath>`,
    `<g clip-path="url(#round)"><rect width="${left}" height="20" fill="#3d444d"/><rect x="${left}" width="${right}" height="20" fill="${color}"/></g>`,
    '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" text-anchor="middle">',
    text(label, 0, left),
    text(score, left, right),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}
