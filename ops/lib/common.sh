# What the scripts in ops share. Sourced, not run.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

# The Swift toolchain is the one thing that is not installed here: https://www.swift.org/install/linux/
need_swift() {
    command -v swift >/dev/null ||
        stop "Swift is missing. Install the Swift 6.3 toolchain (https://www.swift.org/install/linux/) and put its usr/bin into PATH."
    local version
    version=$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+' | grep -oE '[0-9]+\.[0-9]+' | head -1)
    [ "$(printf '%s\n6.2\n' "$version" | sort -V | head -1)" = 6.2 ] ||
        stop "Swift $version is too old: giaoban needs 6.2 or newer (https://www.swift.org/install/linux/)."
}

# need_packages NAME…: Debian packages, installed when one is missing.
need_packages() {
    local missing=() name
    for name in "$@"; do
        dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return
    command -v apt-get >/dev/null ||
        stop "These packages are missing, and this is not Debian: ${missing[*]}. Install them and try again."
    local become=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || stop "Installing ${missing[*]} needs root: run this as root once, or install sudo."
        become=(sudo)
    fi
    say "Installing ${missing[*]}"
    "${become[@]}" apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive "${become[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 ||
        stop "apt-get could not install ${missing[*]}. Is the network up, and are the names known to this Debian?"
}

build_packages=(libssl-dev libopus-dev libavformat-dev libavcodec-dev libavutil-dev libswscale-dev libical-dev libcurl4-openssl-dev libgmime-3.0-dev libpango1.0-dev libsqlite3-dev libp11-kit-dev zlib1g-dev fonts-croscore fonts-noto-core pkg-config)
# What the server starts: papers become pages by these, in a sandbox.
run_packages=(bubblewrap libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui libreoffice-draw-nogui poppler-utils webp fonts-croscore fonts-noto-core fonts-liberation fonts-crosextra-carlito fonts-crosextra-caladea)

# need_test_python: the Python environment of the end-to-end tests, in .venv.
need_test_python() {
    need_packages python3-venv
    if [ ! -x .venv/bin/pytest ] || ! cmp -s Tests/EndToEnd/requirements.txt .venv/requirements.txt; then
        say "Python environment"
        python3 -m venv .venv && .venv/bin/pip install -q -r Tests/EndToEnd/requirements.txt ||
            stop "The Python packages of Tests/EndToEnd/requirements.txt could not be installed."
        cp Tests/EndToEnd/requirements.txt .venv/requirements.txt
    fi
}
