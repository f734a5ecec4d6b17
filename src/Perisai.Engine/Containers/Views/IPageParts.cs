namespace Perisai.Engine.Containers.Views;

/// <summary>Takes what a page holds beside its text, as it is read.</summary>
internal interface IPageParts
{
    /// <summary>A <c>data:</c> address begins; of <paramref name="type"/> is what stands before its comma.</summary>
    void BeginData(ReadOnlySpan<byte> type);

    void AddData(byte value);

    void EndData();

    /// <summary>A script begins.</summary>
    void BeginScript();

    /// <summary>A byte of a script, and of the tag that ends it.</summary>
    void AddScript(byte value);

    void AddScript(ReadOnlySpan<byte> values)
    {
        foreach (var value in values)
            AddScript(value);
    }

    void EndScript();

    /// <summary>An encoded script begins.</summary>
    void BeginDecoded();

    /// <summary>A byte of a decoded script.</summary>
    void AddDecoded(byte value);

    /// <param name="isWhole">Whether all of it was there.</param>
    /// <param name="isIntact">Whether its sum is right.</param>
    void EndDecoded(bool isWhole, bool isIntact);
}
