/** Shows the page in the colours chosen in the console, or else in those of the system. */
export function followColorScheme() {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    const chosen = localStorage.getItem("tokenry.theme");
    const dark = chosen === "dark" || (chosen !== "light" && system.matches);
    document.documentElement.classList.toggle("dark-mode", dark);
  };
  system.addEventListener("change", show);
  show();
}
