extension HTMLPage {
    /// What every page has: the switch between light and dark. A page must make sense without it.
    static let script = #"""
        document.documentElement.classList.add("scripted");
        {
          const button = document.getElementById("scheme");
          const preference = matchMedia("(prefers-color-scheme: dark)");
          const root = document.documentElement;
          const isDark = () => (root.dataset.scheme ?? (preference.matches ? "dark" : "light")) === "dark";
          const label = () => { button.textContent = isDark() ? "Light colours" : "Dark colours"; };
          button.addEventListener("click", () => { root.dataset.scheme = isDark() ? "light" : "dark"; label(); });
          preference.addEventListener("change", label);
          button.hidden = false;
          label();
        }
        """#
}
