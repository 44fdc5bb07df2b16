#!/bin/sh
# Installs what this folder holds: install.sh [--links] [PREFIX], by default to ~/.local.
set -eu
links=no
if [ "${1-}" = --links ]; then
    links=yes
    shift
fi
case ${1-} in
    -*)
        echo "usage: install.sh [--links] [PREFIX]   (default: ~/.local; --links: ckpt-tree, convert … as links to ckpt)"
        exit 2
        ;;
esac
prefix=${1:-$HOME/.local}
folder=$(dirname "$0")
mkdir -p "$prefix/bin" "$prefix/share"
cp "$folder/bin/ckpt" "$prefix/bin/ckpt.new"
mv "$prefix/bin/ckpt.new" "$prefix/bin/ckpt"
cp -R "$folder/share/." "$prefix/share"
if [ "$links" = yes ]; then
    for tool in $("$prefix/bin/ckpt" completion --list tools); do ln -sf ckpt "$prefix/bin/$tool"; done
fi
echo "ckpt is in $prefix/bin"
