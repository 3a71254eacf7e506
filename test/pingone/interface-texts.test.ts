import t from 'tap';
import { interfaceKeys, interfaceText } from '../../src/pingone/interface-texts/index.js';
import { predefinedLocales } from '../../src/pingone/predefined.js';

const valuesIn = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([value]) => value).sort();

t.test('every language of a new environment has every text, with the values that the English one has', async (t) => {
  for (const locale of predefinedLocales)
    for (const key of interfaceKeys) {
      const [english, text] = [interfaceText('en', key) ?? '', interfaceText(locale, key) ?? ''];
      if (text === '' || valuesIn(text).join() !== valuesIn(english).join()) t.fail(`${locale} ${key}: ${text}`);
    }
  for (const locale of predefinedLocales.filter((each) => each !== 'en'))
    t.not(interfaceText(locale, 'flow-ui.label.password'), undefined, locale);
  t.equal(interfaceText('fr-CA', 'flow-ui.button.cancel'), 'Annuler');
  t.equal(interfaceText('sv', 'flow-ui.button.cancel'), 'Cancel', 'English where there is nothing else');
  t.equal(interfaceText('de', 'flow-ui.button.none'), undefined);
  t.equal(interfaceText('de', 'portal.button.cancel'), undefined);
  t.equal(interfaceText('__proto__', 'flow-ui.button.cancel'), 'Cancel');
});
