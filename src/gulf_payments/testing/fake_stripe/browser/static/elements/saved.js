// The customer's saved cards, to choose from, and the offer to keep a new one.
import { build } from "./build.js";

export class SavedCards {
  #saved;
  #text;
  #onChange;
  #keep = build("input", { type: "checkbox", id: "payment-saveInput", name: "save" });
  /** The id of the saved card that is chosen; null while a new one is typed in. */
  chosen;

  constructor(saved, text, onChange) {
    this.#saved = saved;
    this.#text = text;
    this.#onChange = onChange;
    this.chosen = saved.cards[0]?.id ?? null;
  }

  /** One card after the other, then a new one; nothing where none is saved. */
  list() {
    if (this.#saved.cards.length === 0) return [];
    const legend = build("legend", { className: "Hidden", textContent: this.#text("saved_cards") });
    const cards = this.#saved.cards.map((card) =>
      this.#choice(card.id, this.#name(card), `Brand Brand--${card.display_brand}`),
    );
    return [
      build("fieldset", { className: "Saved" }, [legend, ...cards, this.#choice(null, [this.#text("new_card")], "")]),
    ];
  }

  #choice(id, name, brand) {
    const input = build("input", { type: "radio", name: "saved", value: id ?? "", checked: this.chosen === id });
    input.addEventListener("change", () => {
      this.chosen = id;
      this.#onChange();
    });
    const mark = build("span", { className: brand });
    return build("label", { className: "Choice" }, [input, build("span", {}, name), ...(brand ? [mark] : [])]);
  }

  #name({ display_brand: brand, last4, exp_month: month, exp_year: year }) {
    const shown = `${brand[0].toUpperCase()}${brand.slice(1)} •••• ${last4}`;
    const figures = `${String(month).padStart(2, "0")}/${String(year).slice(2)}`;
    const until = build("bdi", { className: "Until", dir: "ltr", textContent: figures });
    return [build("bdi", { dir: "ltr", textContent: shown }), " ", until];
  }

  /** The offer to keep a new card, where the shop's session has it and the payment does not keep it anyway. */
  offer(saves) {
    if (!this.#saved.save || saves) return [];
    const label = build("label", { className: "Choice Choice--keep" }, [
      this.#keep,
      build("span", { textContent: this.#text("keep_card") }),
    ]);
    return [label];
  }

  /** What goes to the API beside the card: how it may be shown and used from now on. */
  parameters(saves) {
    if (!this.#saved.save || saves) return [];
    if (!this.#keep.checked) return [["payment_method_data[allow_redisplay]", "limited"]];
    return [
      ["payment_method_data[allow_redisplay]", "always"],
      ["setup_future_usage", this.#saved.usage],
    ];
  }
}
