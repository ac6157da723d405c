#compdef leapp leapp-exec
# Completion of `leapp` and `leapp-exec` for zsh: the last part of the hook, and by itself what
# `leapp generate completions zsh` prints for packages, as the file `_leapp` on the `fpath`.

# The hook names its own `leapp`; without it, the one on PATH answers.
(( ${+functions[__leapp_switch]} )) || typeset -g __leapp_bin=leapp

# Completes `leapp` and `leapp-exec`. What follows `--` is a command line of its own.
function __leapp_complete {
    local -i separator=${words[(i)--]} verb=2
    while [[ $words[verb] == -?* && $words[verb] != -- ]]; do
        verb+=1
    done
    if (( separator < CURRENT )) && [[ $words[1] == *leapp-exec || $words[verb] == exec ]]; then
        shift $separator words
        (( CURRENT -= separator ))
        _normal
        return
    fi
    local -a candidates begun
    candidates=(${(f)"$("$__leapp_bin" complete -- "${(@)words[1,CURRENT-1]}" "$PREFIX" 2>/dev/null)"})
    (( ${#candidates} )) || return
    candidates=("${(@)candidates//:/\\:}")
    candidates=("${(@)candidates/$'\t'/:}")
    # A key and a directory go on; a word that is whole ends with a space.
    begun=("${(@M)candidates:#*[=/](:*|)}")
    candidates=("${(@)candidates:#*[=/](:*|)}")
    _describe leapp candidates -- begun -S ''
}

# The file `_leapp` is itself the function of that name.
[[ ${funcstack[1]-} != _leapp ]] || __leapp_complete
