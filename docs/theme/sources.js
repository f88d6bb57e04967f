// A link to a source shows it over the page, in colour. Left to the server, it might be downloaded: not
// every server knows what a .rs is. (From a file:// page nothing may be fetched: there the browser shows
// the file itself.)
document.addEventListener("click", async (event) => {
    const link = event.target.closest(".content a[href]");
    const source = link && /\.(rs|py|json)$/.test(link.pathname) && link.origin === location.origin;
    const plainly = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!source || !plainly || location.protocol === "file:") return;
    event.preventDefault();
    const answer = await fetch(link.href);
    if (!answer.ok) return void (location.href = link.href);

    const shown = document.createElement("dialog");
    shown.className = "source";
    const close = document.createElement("button");
    close.textContent = `✕ ${link.pathname.replace(/^.*\/(crates|benches)\//, "$1/")}`;
    const code = document.createElement("code");
    code.className = link.pathname.endsWith(".rs") ? "language-rust" : "language-plaintext";
    code.textContent = await answer.text();
    const block = document.createElement("pre");
    block.append(code);
    shown.append(close, block);
    document.body.append(shown);
    window.hljs?.highlightBlock(code);
    close.onclick = () => shown.close();
    shown.onclose = () => shown.remove();
    shown.onclick = (click) => click.target === shown && shown.close();
    shown.showModal();

    // A link that names something leads to where it is.
    const lines = code.textContent.split("\n");
    const named = lines.findIndex((line) => line.includes(`fn ${link.textContent.trim()}(`));
    if (named > 0) shown.scrollTop = block.offsetTop + (block.scrollHeight * (named - 3)) / lines.length;
});
