/** Which drawer is open: one at most, named in the address so that a reload finds it again. */

export const DRAWERS = ['learn', 'compare', 'crate', 'history', 'keys', 'settings'] as const;
export type Drawer = (typeof DRAWERS)[number];

export class Drawers {
  open = $state<Drawer>();
  private returnTo: HTMLElement | undefined;

  constructor(private readonly isAllowed: (drawer: Drawer) => boolean) {}

  begin(): void {
    const follow = () => {
      const name = location.hash.slice(1) as Drawer;
      this.open = DRAWERS.includes(name) && this.isAllowed(name) ? name : undefined;
    };
    window.addEventListener('hashchange', follow);
    follow();
  }

  toggle(drawer: Drawer): void {
    if (this.open === drawer) this.close();
    else this.show(drawer);
  }

  show(drawer: Drawer): void {
    if (!this.isAllowed(drawer)) return;
    if (!this.open && document.activeElement instanceof HTMLElement) this.returnTo = document.activeElement;
    this.open = drawer;
    history.replaceState(null, '', `#${drawer}`);
  }

  close(): void {
    this.open = undefined;
    history.replaceState(null, '', location.pathname + location.search);
    this.returnTo?.focus();
    this.returnTo = undefined;
  }
}
