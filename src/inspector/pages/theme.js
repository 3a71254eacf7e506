/** Sets the theme before the page is drawn, so that it never shows in another one first. Loaded in the head, not as a module. */
(() => {
  const name = 'pingone-mock theme';
  const page = document.documentElement;

  /** What was chosen in this browser. Storage may be refused: then the system decides. */
  const kept = () => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };
  const apply = (theme) => {
    page.dataset.theme = theme === 'light' || theme === 'dark' ? theme : 'system';
  };
  apply(kept());

  document.addEventListener('DOMContentLoaded', () => {
    const choice = document.getElementById('theme');
    choice.value = page.dataset.theme;
    choice.addEventListener('change', () => {
      apply(choice.value);
      try {
        if (choice.value === 'system') localStorage.removeItem(name);
        else localStorage.setItem(name, choice.value);
      } catch {
        // It applies to this page only.
      }
    });
    // Chosen in another tab.
    addEventListener('storage', (event) => {
      if (event.key !== name && event.key !== null) return;
      apply(event.newValue);
      choice.value = page.dataset.theme;
    });
  });
})();
