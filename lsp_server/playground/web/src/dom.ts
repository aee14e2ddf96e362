// Elements made of data: text becomes text and never markup, whatever is in it.

export type Child = Node | string | null;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`no element ${id}`);
  }
  return found as T;
}

export interface Tab {
  readonly id: string;
  readonly name: string;
  readonly panel: HTMLElement;
}

/** Tabs as ARIA has them: one is shown, arrow keys go from one to the next. Returns what chooses one. */
export function tabs(list: HTMLElement, all: readonly Tab[], shown: (id: string) => void): (id: string) => void {
  const buttons = all.map((tab) =>
    element("button", { type: "button", role: "tab", id: `tab-${tab.id}`, "aria-controls": tab.panel.id }, tab.name),
  );
  function choose(id: string, focus = false): void {
    all.forEach((tab, number) => {
      const chosen = tab.id === id;
      const button = buttons[number];
      tab.panel.hidden = !chosen;
      tab.panel.setAttribute("aria-labelledby", `tab-${tab.id}`);
      button?.setAttribute("aria-selected", String(chosen));
      button?.setAttribute("tabindex", chosen ? "0" : "-1");
      if (chosen && focus) {
        button?.focus();
      }
    });
    shown(id);
  }
  buttons.forEach((button, number) => {
    button.addEventListener("click", () => {
      choose(all[number]?.id ?? "");
    });
    button.addEventListener("keydown", (event) => {
      const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (step !== 0) {
        event.preventDefault();
        choose(all[(number + step + all.length) % all.length]?.id ?? "", true);
      }
    });
  });
  list.replaceChildren(...buttons);
  return choose;
}
