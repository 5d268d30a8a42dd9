// Knows what Tab should reach and how each thing looks at rest, to tell whether the focus shows.
(() => {
  const shown = e => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length > 0;
  const inGroup = e => e.matches('input[type=radio]') && e.name;
  const groupStop = e => {
    const group = [...document.querySelectorAll('input[type=radio]')].filter(r => r.name === e.name && r.form === e.form && !r.disabled);
    return (group.find(r => r.checked) || group[0]) === e;
  };
  const reachable = () => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], [contenteditable=true]')]
    .filter(e => !e.disabled && e.tabIndex >= 0 && shown(e) && !e.closest('[inert]') && (!inGroup(e) || groupStop(e)));
  const properties = ['outlineStyle', 'outlineWidth', 'outlineColor', 'boxShadow', 'borderColor', 'borderWidth', 'backgroundColor', 'color', 'textDecoration', 'opacity'];
  const look = e => [e, ...(e.labels || [])].flatMap(x => [null, '::before', '::after'].map(part => {
    const style = getComputedStyle(x, part);
    return properties.map(p => p.startsWith('outline') && style.outlineStyle === 'none' ? '' : style[p]).join();
  })).join(';');
  const name = e => (e.localName + ' "' + ((e.labels && e.labels[0] || e).textContent || e.value || '').replace(/\s+/g, ' ').trim().slice(0, 60) + '"');
  const box = e => { const r = e.getBoundingClientRect(); return r.width > 1 && r.height > 1 && !e.matches('input[type=checkbox], input[type=radio]') ? r : (e.labels && e.labels[0] || e).getBoundingClientRect(); };
  let all = [], looks = [];
  return {
    rest() {
      document.activeElement?.blur();
      const top = document.createElement('span'); // where Tab goes on from, also on a page that puts the focus into a field
      top.tabIndex = -1;
      document.body.prepend(top);
      top.focus();
      top.remove();
      scrollTo(0, 0);
      all = reachable();
      looks = all.map(look);
      return all.length;
    },
    names: () => all.map(name),
    now() {
      const e = document.activeElement, number = all.indexOf(e);
      if (!e || e === document.body || e === document.documentElement) return {number: -1, name: 'the page', indicated: true, inView: true};
      const r = box(e);
      return {number: number < 0 ? all.length : number, name: name(e), indicated: number < 0 || look(e) !== looks[number],
        inView: r.width > 0 && r.height > 0 && r.bottom > 0 && r.right > 0 && r.top < innerHeight && r.left < innerWidth};
    },
  };
})()
