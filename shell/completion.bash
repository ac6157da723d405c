# shellcheck shell=bash
# Completion of `leapp` and `leapp-exec` for bash: the last part of the hook, and by itself what
# `leapp generate completions bash` prints for packages.

# The hook names its own `leapp`; without it, the one on PATH answers.
declare -F __leapp_switch >/dev/null || __leapp_bin=leapp

# Completes `leapp` and `leapp-exec`; $2 is the word as readline splits it, which is at `:`, `=` and `@`
# as well: aliases and ARNs have those. What follows `--` is a command line of its own.
function __leapp_complete {
    local line=${COMP_LINE:0:COMP_POINT} words=() index candidate
    IFS=$' \t\n' read -r -a words <<<"${line}"
    [[ ${line} != *[[:space:]] ]] || words+=('')
    if [[ ${words[0]} == *leapp-exec || ${words[1]-} == exec ]]; then
        for ((index = 1; index < COMP_CWORD; index++)); do
            [[ ${COMP_WORDS[index]} != -- ]] || break
        done
        if ((index < COMP_CWORD)); then
            __leapp_complete_command "$((index + 1))" "$2"
            return
        fi
    fi
    local word=${words[${#words[@]} - 1]}
    while IFS=$'\t' read -r candidate _; do
        COMPREPLY+=("${candidate#"${word%"$2"}"}")
    done < <("${__leapp_bin}" complete -- "${words[@]}" 2>/dev/null || :)
    [[ ${COMPREPLY[*]-} != *[/=] ]] || compopt -o nospace
}

# The command line that begins at word $1 is completed as if it stood alone, where bash-completion is
# loaded; without it, the name of the command, then files.
function __leapp_complete_command {
    if declare -F _command_offset >/dev/null; then
        _command_offset "$1"
    elif ((COMP_CWORD == $1)); then
        while IFS= read -r candidate; do
            COMPREPLY+=("${candidate}")
        done < <(compgen -A command -- "$2" || :)
    else
        compopt -o default
    fi
}

complete -F __leapp_complete leapp leapp-exec
