# In the folder of a release: the first line must be the digest that its entry 'published' gives as 'manifest'.
sha256sum manifest.json
grep -oE '"[a-z0-9_.-]+":\{"bytes":[0-9]+,"rows":(null|[0-9]+),"sha256":"[0-9a-f]{64}"\}' manifest.json |
  sed -E 's/^"([^"]+)".*"sha256":"([0-9a-f]+)"\}$/\2  \1/' | sha256sum --check
