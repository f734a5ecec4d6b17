using System.Buffers;
using Perisai.Engine.Containers.EncodedScript;

namespace Perisai.Engine.Containers.Views;

/// <summary>Hands on what the <c>data:</c> addresses of a page hold, and writes its scripts.</summary>
internal sealed class PageParts(IMemberSink sink, ViewWriter scripts, bool wantsScripts) : IPageParts, IDisposable
{
    private DataPart? _data;
    private int _count;
    private byte[] _script = [];
    private int _scriptLength = -1;
    private bool _isCut;
    private bool _isLeftOut;
    private ViewWriter? _decoded;
    private int _decodedCount;

    public void BeginData(ReadOnlySpan<byte> type) => _data = new(type, ++_count, sink.Budget);

    public void AddData(byte value) => _data?.Add(value);

    public void EndData()
    {
        _data?.HandOn(sink);
        _data?.Dispose();
        _data = null;
    }

    public void BeginScript() => _scriptLength = wantsScripts ? 0 : -1;

    public void AddScript(byte value)
    {
        if (_scriptLength < 0)
            return;
        if (_scriptLength == ScriptNormalizer.MaximumLength)
        {
            _isCut = true;
            return;
        }

        if (_scriptLength == _script.Length)
            Grow();
        _script[_scriptLength++] = value;
    }

    public void AddScript(ReadOnlySpan<byte> values)
    {
        if (_scriptLength < 0)
            return;
        _isCut |= values.Length > ScriptNormalizer.MaximumLength - _scriptLength;
        values = values[..Math.Min(values.Length, ScriptNormalizer.MaximumLength - _scriptLength)];
        while (_script.Length - _scriptLength < values.Length)
            Grow();
        values.CopyTo(_script.AsSpan(_scriptLength));
        _scriptLength += values.Length;
    }

    public void EndScript()
    {
        if (_scriptLength < 0)
            return;
        if (!scripts.IsEmpty)
            scripts.Write((byte)'\n');
        if (!ScriptNormalizer.Write(_script.AsSpan(0, _scriptLength), scripts, sink.Budget) || _isCut)
            _isLeftOut = true;
        _scriptLength = -1;
        _isCut = false;
    }

    /// <summary>The page has ended: says once whether a part of its scripts is missing in their view.</summary>
    public void End()
    {
        if (_isLeftOut)
            sink.AddNotScanned(new("javascript"), NotScannedReason.OverBudget, "A script is too long for definitions for scripts.", BudgetLimit.View);
    }

    public void BeginDecoded() => _decoded = new(sink.Budget, isWanted: true);

    public void AddDecoded(byte value) => _decoded?.Write(value);

    public void EndDecoded(bool isWhole, bool isIntact)
    {
        _decoded?.HandOn(new($"encoded-script-{++_decodedCount}"), sink);
        _decoded?.Dispose();
        _decoded = null;
        if (!isWhole)
            sink.AddLoss(EncodedScriptFaults.Cut, -1);
        else if (!isIntact)
            sink.AddFault(EncodedScriptFaults.WrongSum, -1);
    }

    public void Dispose()
    {
        _decoded?.Dispose();
        _data?.Dispose();
        if (_script.Length > 0)
            ArrayPool<byte>.Shared.Return(_script);
        _script = [];
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(4096, 2 * _script.Length));
        _script.AsSpan(0, _scriptLength).CopyTo(larger);
        if (_script.Length > 0)
            ArrayPool<byte>.Shared.Return(_script);
        _script = larger;
    }
}
