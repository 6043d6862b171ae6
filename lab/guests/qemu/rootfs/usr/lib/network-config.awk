# Reads the ethernets of a cloud-init network configuration, version 2, written as a YAML block or with [a, b] lists. Prints
# what each is to have, as lines "<mac> <what>": "no-ra" first, then "dhcp4", "dhcp6" and addresses. One may have nothing.
function put(text,   items, count, i) {
	gsub(/[][",]|'/, " ", text)
	count = split(text, items, " ")
	for (i = 1; i <= count; i++) addresses[++found] = items[i]
}
function flag(text) {
	sub(/^[^:]*:/, "", text); sub(/#.*/, "", text); gsub(/[ \t]/, "", text)
	return text ~ /^(true|yes|on)$/
}
function flush(   i) {
	if (mac != "") {
		named = 1
		if (no_ra) print mac, "no-ra"
		if (dhcp4) print mac, "dhcp4"
		if (dhcp6) print mac, "dhcp6"
		for (i = 1; i <= found; i++) print mac, addresses[i]
	}
	mac = ""; found = no_ra = dhcp4 = dhcp6 = 0
}
/^[[:space:]]*(#|$)/ { next }
{ depth = match($0, /[^ ]/) - 1; line = substr($0, depth + 1) }
line ~ /^version:/ { if (line !~ /2/) bad = 1; next }
line ~ /^ethernets:/ { top = depth; inside = 1; nic = -1; next }
!inside { next }
depth <= top { inside = 0; next }
nic < 0 { nic = depth }
depth == nic && line !~ /^- / { flush(); list = 0; next }
line ~ /^macaddress:/ { sub(/^macaddress:/, "", line); gsub(/[ "']/, "", line); mac = tolower(line); list = 0; next }
line ~ /^addresses:/ { sub(/^addresses:/, "", line); put(line); list = 1; next }
list && line ~ /^- / { put(substr(line, 3)); next }
{ list = 0 }
line ~ /^dhcp4:/ { dhcp4 = flag(line) }
line ~ /^dhcp6:/ { dhcp6 = flag(line) }
line ~ /^accept-ra:/ { no_ra = !flag(line) }
END { flush(); exit bad || !named }
