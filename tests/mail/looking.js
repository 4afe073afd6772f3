// Looks at a page as eyes do: what is seen, how large, in which colours, in which order.
globalThis.looking = (() => {
  const shown = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].some((rect) => rect.width > 0 && rect.height > 0);
  };

  const pieces = () => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (/\S/.test(node.data.replace(/[\u2007\ufeff\u034f]/g, "")) && shown(node)) found.push(node);
    }
    return found;
  };

  const channels = (colour) => (colour.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);

  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const [red, green, blue, alpha = 1] = channels(getComputedStyle(one).backgroundColor);
      if (alpha === 1) return [red, green, blue];
    }
    return [255, 255, 255];
  };

  const luminance = (rgb) =>
    rgb
      .slice(0, 3)
      .map((channel) => channel / 255)
      .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4))
      .reduce((sum, share, at) => sum + share * [0.2126, 0.7152, 0.0722][at], 0);

  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };

  return {
    // Each piece of text with its size in pixels and the contrast of its colour with what lies behind it.
    texts: () =>
      pieces().map((node) => {
        const style = getComputedStyle(node.parentElement);
        return {
          words: node.data.trim(),
          size: parseFloat(style.fontSize),
          contrast: contrast(channels(style.color), behind(node.parentElement)),
        };
      }),

    // What reaches beyond the window's sides, or out of the page.
    beyond: () => {
      const width = document.documentElement.clientWidth;
      const wide = [...document.body.querySelectorAll("*")].filter((element) => {
        const rect = element.getBoundingClientRect();
        return rect.width > 0 && (rect.right > width + 0.5 || rect.left < -0.5);
      });
      const scrolled = document.documentElement.scrollWidth - width;
      return [...wide.map((element) => `${element.tagName}: ${element.textContent.trim().slice(0, 40)}`), ...(scrolled > 0 ? [`${scrolled} pixels to scroll`] : [])];
    },

    // Each place where a token stands, its characters read from left to right as they are drawn; a line at a time.
    drawn: (token) =>
      pieces().flatMap((node) => {
        const found = [];
        const words = node.data.replaceAll("\u00a0", " ");
        for (let at = words.indexOf(token); at >= 0; at = words.indexOf(token, at + 1)) {
          const glyphs = [...token].map((glyph, place) => {
            const range = document.createRange();
            range.setStart(node, at + place);
            range.setEnd(node, at + place + 1);
            const rect = range.getClientRects()[0];
            return { glyph, left: rect?.left ?? 0, top: rect?.top ?? 0 };
          });
          glyphs.sort((a, b) => a.top - b.top || a.left - b.left);
          found.push(glyphs.map(({ glyph }) => glyph).join(""));
        }
        return found;
      }),

    // The heights of links that are drawn as buttons.
    buttons: () =>
      [...document.querySelectorAll("a")]
        .filter((link) => channels(getComputedStyle(link).backgroundColor)[3] !== 0)
        .map((link) => link.getBoundingClientRect().height),

    // Where elements are.
    rectangles: (selector) =>
      [...document.querySelectorAll(selector)].map((element) => {
        const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
        return { words: element.textContent.trim(), left, right, top, bottom, width, height };
      }),

    // Puts Arabic letters in Latin, and says how many pieces of text there are.
    latinised: () => {
      const found = pieces();
      for (const node of found) node.data = node.data.replace(/[\u0600-\u06ff]/g, "n");
      return found.length;
    },

    // How far the words of each heading are from its left and its right side.
    margins: (selector) =>
      [...document.querySelectorAll(selector)].map((element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        const words = range.getBoundingClientRect();
        const place = element.getBoundingClientRect();
        return [words.left - place.left, place.right - words.right];
      }),

    // Puts the words of each image that is seen in its place, as a client does that loads none, and returns them.
    said_for_images: () =>
      [...document.images]
        .filter((image) => image.getClientRects().length > 0)
        .map((image) => {
          const words = Object.assign(document.createElement("span"), { textContent: image.alt, className: image.className });
          words.style.cssText = image.style.cssText;
          image.replaceWith(words);
          return image.alt;
        }),

    // The text in the order in which it is read.
    read: () => pieces().map((node) => node.data.trim()).join(" ").replace(/\s+/g, " "),
  };
})();
