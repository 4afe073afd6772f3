// What customers read, in their language. WORDS is one table, shared with the fields and the bank's page.

/** "ar" or "en" for a locale such as "ar-SA"; "auto" goes by the browser and by the page. */
function languageOf(locale) {
  const tags = !locale || locale === "auto" ? [navigator.language, document.documentElement.lang] : [locale];
  return tags.some((tag) => /^ar\b/i.test(tag)) ? "ar" : "en";
}

/** One text of the table. */
function say(name, language) {
  return WORDS[name][language];
}
