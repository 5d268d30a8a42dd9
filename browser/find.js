// Finds what a person points at, by kind and by the words on it. "Data di nascita > Giorno" looks for
// "Giorno" inside the group, section, row or list item called "Data di nascita".
(kind, path) => {
  const kinds = {
    press: 'a[href], button, input[type=submit], input[type=button], summary, [role=button], [role=link]',
    fill: 'input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not([type=submit]):not([type=button]), textarea',
    choose: 'select',
    tick: 'input[type=checkbox], input[type=radio]',
    group: 'fieldset, section, form, [role=group], [role=region], tr, li, article, nav, dialog, details',
  };
  const squash = s => (s || '').replace(/[\s\u00a0]+/g, ' ').trim();
  const texts = es => squash([...es].map(e => e.textContent).join(' '));
  const named = e => {
    const ids = e.getAttribute('aria-labelledby');
    if (ids) return texts(ids.split(/\s+/).map(i => document.getElementById(i)).filter(Boolean));
    if (e.getAttribute('aria-label')) return squash(e.getAttribute('aria-label'));
    if (e.labels && e.labels.length) return texts(e.labels);
    const title = e.matches('fieldset, details') && e.querySelector(':scope > legend, :scope > summary');
    if (title) return squash(title.textContent);
    if (e.matches('section, form, article, nav, dialog')) return texts([...e.querySelectorAll('h1, h2, h3, h4')].slice(0, 1));
    return squash(e.value && e.matches('input[type=submit], input[type=button]') ? e.value : e.textContent);
  };
  const shown = e => e.getClientRects().length > 0 || (e.labels && [...e.labels].some(l => l.getClientRects().length > 0));
  const pick = (scope, kind, name) => {
    const all = [...scope.querySelectorAll(kinds[kind])].filter(shown).map(e => [e, named(e)]);
    for (const fits of [n => n === name, n => n.startsWith(name), n => n.includes(name)]) {
      const found = all.filter(([, n]) => fits(n)).map(([e]) => e);
      const outer = kind === 'group' ? found.filter(e => !found.some(o => o !== e && e.contains(o))) : found;
      if (outer.length > 1) throw new Error(`${outer.length} things to ${kind} are called "${name}": say which by "group > name"`);
      if (outer.length === 1) return outer[0];
    }
    throw new Error(`nothing to ${kind} is called "${name}"; there is: ${all.map(([, n]) => n.slice(0, 60)).join(' | ')}`);
  };
  const names = path.split(' > ');
  const last = names.pop();
  return pick(names.reduce((scope, name) => pick(scope, 'group', name), document), kind, last);
}
