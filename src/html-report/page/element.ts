/** The element of the page with an id; throws if there is none. */
export function element(id: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`#${id}`);
  if (found === null) throw new Error(`The page has no element "${id}"`);
  return found;
}

/** The canvas of a chart, and the colours that the page has now. */
export function chartSurface(id: string) {
  const canvas = element(id).querySelector("canvas");
  if (canvas === null) throw new Error(`The chart "${id}" has no canvas`);
  const styles = getComputedStyle(document.documentElement);
  const color = (name: string) => styles.getPropertyValue(`--${name}`).trim();
  return {
    canvas,
    colors: {
      text: color("text"),
      muted: color("muted"),
      line: color("line"),
      unused: color("unused"),
      kept: color("kept"),
    },
  };
}
