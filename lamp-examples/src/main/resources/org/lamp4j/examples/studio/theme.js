// A classic script in the head: it sets the colours and the language before the first paint, so that nothing flashes.
(() => {
  const root = document.documentElement;
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem("lamp-studio")) ?? {};
  } catch {
    // A browser without storage, or with someone else's entry in it: the system's settings hold.
  }
  if (kept.theme === "dark" || kept.theme === "light") {
    root.dataset.theme = kept.theme;
  }
  const chinese = (kept.language ?? navigator.language).toLowerCase().startsWith("zh");
  root.lang = chinese ? "zh" : "en";
  // The words are fetched beside the modules that ask for them.
  const words = document.createElement("link");
  Object.assign(words, { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: `text.${root.lang}.json` });
  document.head.append(words);
})();
