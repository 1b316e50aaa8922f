"use strict";
// Files that are dropped or chosen are sent one after the other, each with its progress; then they are looked at.
// Without this the same form sends them in one go.
(() => {
  const form = document.querySelector("#send");
  if (!form) return;
  const drop = form.querySelector("[data-drop]");
  const input = form.querySelector("input[type=file]");
  const list = form.querySelector("[data-sending]");
  const after = form.querySelector("[data-after]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { "X-CSRFToken": token };
  let arrived = null;

  const post = (url, body, progress) => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    if (body) request.setRequestHeader("Content-Type", "application/octet-stream");
    if (progress) request.upload.addEventListener("progress", event => event.lengthComputable && progress(event.loaded / event.total));
    request.addEventListener("load", () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { answer = {}; }
      if (request.status < 300) resolve(answer);
      else reject(new Error(answer.message || `The server answered ${request.status}. Reload the page and try again.`));
    });
    request.addEventListener("error", () => reject(new Error("The connection broke. Check the network, then send the file again.")));
    request.send(body);
  });

  const look = where => {
    const going = document.createElement("form");
    going.method = "post";
    going.action = where.look;
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "csrfmiddlewaretoken";
    field.value = token;
    going.append(field);
    document.body.append(going);
    going.submit();
  };

  const send = async files => {
    if (!files.length) return;
    drop.hidden = true;
    const rows = [...files].map(file => {
      const row = form.querySelector("[data-row]").content.firstElementChild.cloneNode(true);
      row.querySelector(".sending-name").textContent = file.name;
      row.querySelector("progress").setAttribute("aria-label", file.name);
      list.append(row);
      return row;
    });
    let where, kept = 0;
    for (const [number, file] of [...files].entries()) {
      const row = rows[number];
      const state = row.querySelector(".sending-state");
      try {
        where ??= await post(form.dataset.begin);
        await post(`${where.files}?name=${encodeURIComponent(file.name)}`, file, share => {
          row.querySelector("progress").value = 100 * share;
          state.textContent = share < 1 ? `${Math.floor(100 * share)} %` : "arriving …";
        });
        row.querySelector("progress").value = 100;
        state.textContent = "sent";
        kept += 1;
      } catch (error) {
        state.textContent = "not sent";
        const told = row.querySelector(".field-error");
        told.textContent = error.message;
        told.hidden = false;
      }
    }
    if (kept === files.length) return look(where);
    arrived = kept ? where : null;
    after.hidden = false;
    after.querySelector("[data-go-on]").hidden = !arrived;
  };

  after.querySelector("[data-go-on]").addEventListener("click", () => arrived && look(arrived));
  input.addEventListener("change", () => send(input.files));
  for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, event => {
    event.preventDefault();
    drop.classList.add("over");
  });
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, event => {
    event.preventDefault();
    if (name === "drop" || !drop.contains(event.relatedTarget)) drop.classList.remove("over");
  });
  drop.addEventListener("drop", event => send(event.dataTransfer.files));
  form.addEventListener("submit", event => event.preventDefault());
})();
